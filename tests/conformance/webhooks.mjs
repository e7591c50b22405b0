// What the JavaScript library of Standard Webhooks says of a message: {name: {secret, headers, body}} to {name: [finding]}.
import { Webhook } from 'standardwebhooks';
import { judge } from './reading.mjs';

await judge(({ secret, headers, body }) => {
  try {
    const said = new Webhook(secret).verify(body, headers);
    return JSON.stringify(said) === JSON.stringify(JSON.parse(body)) ? [] : ['another body'];
  } catch (error) {
    return [error.message];
  }
});
