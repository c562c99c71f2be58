"""From the documentation that a partner publishes to an XSD.

The stages, in the order in which they run:

1. `read`: fetch a source, and read a page as an endpoint with the fields of its messages.
2. `ask`: which questions the page leaves open. One module per kind of question: when it is asked, its default and why,
   and what its answer means.
3. `decide`: the answer to each question. `decisions` takes the answer of a person, else of the profile, else of example
   messages (`samples`), else the default, and records it in decisions.toml.
4. `plan`: an endpoint and the answers, as components of XML Schema.
5. `write`: the XSD, merged with edits of a person, and decisions.toml, into the folder of the specification.

`sources` has one module per kind of source, which combines `read`, `ask` and `plan` into a `draft`: questions, and a
function that takes the answers and returns components. `finish` takes one draft through `decide` to an XSD, and
`session` takes all sources of one command through all stages.
"""
