// How far a place is from home, as the crow flies, where both are cities that are known: the twin of
// recommend/distance.py. Places carry their point; homes are looked up among the cities of the US, its territories and
// Canada.

import { figures } from "./figures.js";
import { records } from "./load.js";
import { fold } from "./taxonomy.js";

/** @typedef {[number, number]} Point latitude and longitude */
/** @typedef {{country: string, region: string, name: string, latitude: number, longitude: number}} City */
/** @typedef {{states: Record<string, string>, cities: import("./load.js").Table}} CitiesFile */
/** @typedef {{city: string | null, region: string | null, country: string, miles: number | null}} Home */

/** Looks homes up. */
export class Atlas {
  /** @param {CitiesFile} file the larger of two cities of one name first */
  constructor(file) {
    this.states = file.states;
    this.cities = /** @type {City[]} */ (records(file.cities));
  }

  /**
   * The point of a home; null where it is not known or its region leaves it open which city it is.
   * @param {Home} home @returns {Point | null}
   */
  locate({ city, region, country }) {
    if (city === null) return null;
    const code = region === null ? null : (this.states[fold(region)] ?? region.toUpperCase());
    const name = fold(city);
    const fitting = this.cities.filter(
      (one) => one.name === name && one.country === country && (code === null || one.region === code),
    );
    if (fitting.length === 0 || (code === null && fitting.length > 1)) return null;
    return [fitting[0].latitude, fitting[0].longitude];
  }
}

/** The great-circle distance in miles. @param {Point} one @param {Point} other */
export function miles(one, other) {
  const [lat1, lon1, lat2, lon2] = [...one, ...other].map((degrees) => (degrees * Math.PI) / 180);
  const chord =
    Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin((lon2 - lon1) / 2) ** 2;
  return 2 * figures.earth_miles * Math.asin(Math.sqrt(chord));
}
