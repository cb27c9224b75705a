"""Who may enter, and what each may do there. Only a service with a ledger has people; without one it speaks to its own machine.

permissions  what each role and each key may do, and what each route asks
visitors     who speaks: a person with a session, or another system with its key
gate         every request passes here before its page
passwords    hashes, passwords for once, the second factor
outside      signing in by the office's own provider (OpenID Connect)
sessions     kept by the server, with their ends
tokens       the one-time tokens of forms
rates        how often a key and an address may call
owned        what somebody began is theirs alone
door         all of it added to an application
"""
