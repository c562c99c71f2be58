"""The components of XML Schema: declarations, types, content models, wildcards, datatypes, patterns."""
