// Shows the OpenAPI document; nothing is asked of any other host.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", validatorUrl: null, deepLinking: true });
