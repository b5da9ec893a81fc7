"""From the syntax tree of policy files to the normal form: names resolved, units checked, versions joined.

`load` finds and reads the files and asks the cache. `lower` makes one version of one file, in passes: `file` sorts the
statements, `header` reads the settings, `names` takes every name, `declarations` and `offences` resolve what is
declared, `rules` what follows from it (with `numbers`, `counts`, `conditions`, `effects`). `transition` joins the
versions. `form` is the result, and all that later stages know of a policy.
"""
