"""Questions about all possible histories of a policy: what can happen, what never does, what a change does.

Everything here reads the normal form. `counters` finds out which numbers of an account decide anything, and from where
on more of one makes no difference; `machine` is the finite machine that is left; `explore` goes through its states;
`story` turns a path into a history, which the interpreter replays before anybody is shown it.

What may be assumed: the machine can do whatever an account can do (and perhaps more). So what it never does never
happens, and what it does is only told of when a history shows it.
"""
