'use strict';

// Earlier versions kept tokens here.
try { localStorage.removeItem('authorized'); } catch (e) { /* Storage is switched off: so much the better. */ }

const PEOPLE = 'token';

const OTHERS = {
  runnerKey: 'You are a runner: enter the key that registering it answered (alloy_rnr_…)',
  registrationToken: 'You register a runner: enter its registration token (alloy_reg_…)',
  callbackToken: 'You report for one attempt of a run: enter the callback token that accepting it answered',
};

/** One box for people's token; each other kind is folded away behind a sentence that says who has it. */
const credentials = (Original, system) => function Credentials(props) {
  const React = system.React;
  const name = props.definitions.keySeq().first();
  const original = React.createElement(Original, props);
  return name === PEOPLE || !OTHERS[name]
    ? original
    : React.createElement('details', { className: 'alloy-other-credential' },
        React.createElement('summary', null, OTHERS[name]), original);
};

/** Headers come behind the body; Swagger UI puts all parameters before it. */
const parameters = (Original, system) => function Parameters(props) {
  const React = system.React;
  const isHeader = (parameter) => parameter.get('in') === 'header';
  const headers = props.parameters.filter(isHeader);
  const others = props.parameters.filterNot(isHeader);
  if (headers.isEmpty()) {
    return React.createElement(Original, props);
  }
  const withoutBody = props.operation.remove('requestBody').remove('callbacks');
  const required = headers.some((parameter) => parameter.get('required'));
  return React.createElement('div', null,
    React.createElement(Original, { ...props, parameters: others }),
    React.createElement('details', { className: 'alloy-headers', open: required },
      React.createElement('summary', null, required ? 'Headers: one is required' : 'Headers, all optional'),
      React.createElement(Original, { ...props, parameters: headers, operation: withoutBody, allowTryItOut: false })));
};

/** Refusals, which are many and alike, are drawn when somebody wants to see them. */
const responses = (Original, system) => class Responses extends system.React.Component {
  constructor(props) {
    super(props);
    this.state = { open: false };
  }

  render() {
    const React = system.React;
    const isRefusal = (response, status) => /^[45]/.test(status);
    const refusals = this.props.responses.filter(isRefusal);
    return React.createElement('div', null,
      React.createElement(Original, { ...this.props, responses: this.props.responses.filterNot(isRefusal) }),
      refusals.isEmpty() ? null : React.createElement('details',
        { className: 'alloy-refusals', onToggle: (event) => this.setState({ open: event.currentTarget.open }) },
        React.createElement('summary', null, 'Refusals: ' + refusals.keySeq().join(', ')),
        this.state.open
          ? React.createElement(Original, { ...this.props, responses: refusals, response: undefined })
          : null));
  }
};

/** A schema in the words of OpenAPI 3.0, which Swagger UI resolves in half the time that 3.1 takes it. */
const inOlderWords = (node) => {
  if (Array.isArray(node)) {
    return node.map(inOlderWords);
  }
  if (node === null || typeof node !== 'object') {
    return node;
  }
  const copy = {};
  for (const [name, value] of Object.entries(node)) {
    // Examples are data.
    copy[name] = name === 'example' || name === 'value' ? value : inOlderWords(value);
  }
  if (Array.isArray(copy.type)) {
    const kinds = copy.type.filter((kind) => kind !== 'null');
    copy.nullable = kinds.length < copy.type.length;
    if (kinds.length === 1) {
      copy.type = kinds[0];
    } else {
      delete copy.type;
      copy.oneOf = kinds.map((kind) => ({ type: kind }));
    }
  }
  for (const [name, value] of Object.entries(copy.properties ?? {})) {
    if (typeof value === 'boolean') {
      copy.properties[name] = {};
    }
  }
  return copy;
};

/** The document as this page reads it; it stays what it is for everybody else. */
const document30 = (response) => {
  if (response.ok && response.url.endsWith('/v3/api-docs')) {
    const document = JSON.parse(response.text);
    document.components.schemas = inOlderWords(document.components.schemas);
    document.openapi = '3.0.3';
    // Where this page came from: the browser lets it call nothing else, whatever the public URL is.
    document.servers = [{ url: new URL('..', window.location.href).href.replace(/\/$/, '') }];
    response.text = JSON.stringify(document);
  }
  return response;
};

const additions = () => ({
  wrapComponents: { auths: credentials, parameters: parameters, responses: responses },
  statePlugins: {
    auth: {
      wrapActions: {
        // Paste and Enter: nothing is left to close, and a blank that came along is no part of a token.
        authorizeWithPersistOption: (original, system) => (payload) => {
          const trimmed = Object.fromEntries(Object.entries(payload).map(([name, entry]) =>
            [name, typeof entry.value === 'string' ? { ...entry, value: entry.value.trim().replace(/^Bearer\s+/i, '') } : entry]));
          const result = original(trimmed);
          system.authActions.showDefinitions(false);
          return result;
        },
      },
    },
  },
});

window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: '../v3/api-docs',
    dom_id: '#swagger-ui',
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [additions],
    layout: 'BaseLayout',
    deepLinking: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    filter: true,
    // A token stays in the memory of this page, and goes with it.
    persistAuthorization: false,
    responseInterceptor: document30,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
};
