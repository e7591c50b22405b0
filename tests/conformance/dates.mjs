// The bounds of EDTF dates, in days: {name: date} to {name: [min, max]}; null where a bound is open.
import edtf from 'edtf';
import { judge } from './reading.mjs';

const day = (moment) => (Number.isFinite(moment) ? new Date(moment).toISOString().slice(0, 10) : null);

await judge((text) => {
  try {
    const date = edtf(text);
    return [day(date.min), day(date.max)];
  } catch (error) {
    return [error.message.split('\n')[0]];
  }
});
