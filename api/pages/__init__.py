"""The pages: server-rendered, one module a page, with small ES modules beside them in api/static."""
