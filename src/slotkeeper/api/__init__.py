"""REST: routes, their structs, and the OpenAPI description made from them."""
