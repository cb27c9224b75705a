"""Webhooks: other systems that an administrator lets be told what happens, by signed calls that bear refs and kinds alone.

addresses  where a call may go: by TLS, to no private network that was not named
signing    how it proves to be ours (Standard Webhooks)
courier    takes what waits in the ledger's outbox there
pages      administrators let systems in and out, and send again what was given up
"""
