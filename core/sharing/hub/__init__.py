"""Checkpoints on the Hugging Face Hub: a checkpoint's folder is a repository there.

    names.py        hub:OWNER/NAME[@REVISION]
    connection.py   how the Hub is asked
    refusals.py     what its refusals mean to a person
    publishing.py   a folder becomes a commit
    fetching.py     a commit becomes a folder, checked before anything of it is used
    shelf.py        what was fetched, for use without a network
    shipped.py      the project's own checkpoints, where their tensors were left out
    gallery.py      what others have published
    hub.py          all of it as a Lab uses it

Nothing here asks the network before a person does.
"""
