"""The model of XML Schema: components with their places, facets, datatypes, content models, patterns."""
