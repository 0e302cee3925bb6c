"""The `todoke` command: one module a command group; each is imported only when it is asked for."""
