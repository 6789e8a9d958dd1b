// What something costs this person, and why; or that the price is not known: the twin of recommend/price.py. An unknown
// price is never 0. Money is integer minor units with its currency.

import { benefitFor, share } from "./benefits.js";
import { figures } from "./figures.js";
import { fold } from "./taxonomy.js";

/** @typedef {import("./load.js").Offer} Offer */
/** @typedef {import("./load.js").Opportunity} Opportunity */
/** @typedef {import("./load.js").Package} Package */
/** @typedef {import("./benefits.js").Benefit} Benefit */
/** @typedef {import("./profile.js").Profile} Profile */
/**
 * What a person is charged: `minor` is null where that is not known, `employer_minor` the part that the employer pays.
 * @typedef {object} PersonalPrice
 * @property {number | null} minor
 * @property {string | null} currency
 * @property {string} reason
 * @property {string | null} source
 * @property {string | null} url
 * @property {string | null} package
 * @property {number | null} public_minor
 * @property {number} employer_minor
 */

const MINOR_PER_MAJOR = 100;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * @param {number | null} minor @param {string | null} currency @param {string} reason
 * @param {{source: string, url: string | null}} [from] @param {string | null} [bought] the id of a package
 * @returns {PersonalPrice}
 */
function priced(minor, currency, reason, from, bought = null) {
  const { source = null, url = null } = from ?? {};
  return { minor, currency, reason, source, url, package: bought, public_minor: null, employer_minor: 0 };
}

/** What is left for this person to pay. @param {PersonalPrice} price */
export function ownMinor(price) {
  return price.minor === null ? null : price.minor - price.employer_minor;
}

/** An amount as it is written in the US: $20, $12.50, CAD 30; free for 0. @param {number} minor @param {string | null} currency */
export function money(minor, currency) {
  if (minor === 0) return "free";
  const cents = minor % MINOR_PER_MAJOR;
  const major = String((minor - cents) / MINOR_PER_MAJOR).replace(/\B(?=(\d{3})+$)/g, ",");
  const number = cents ? `${major}.${String(cents).padStart(2, "0")}` : major;
  return currency === figures.currency ? `$${number}` : `${currency} ${number}`;
}

/** A day as it is written in the US: Dec 10, 2026. @param {string} day */
export function spokenDay(day) {
  const [year, month, date] = day.split("-").map(Number);
  return `${MONTHS[month - 1]} ${date}, ${year}`;
}

/** Whether two names mean one organization: equal, or one of them whole words within the other. @param {string} one @param {string} other */
export function sameOrganization(one, other) {
  const [left, right] = [fold(one), fold(other)];
  return left !== "" && right !== "" && (` ${right} `.includes(` ${left} `) || ` ${left} `.includes(` ${right} `));
}

/** Whether a profile names a membership or subscription of an organization. @param {Profile} profile @param {string} organization */
function belongs(profile, organization) {
  return [...profile.memberships, ...profile.subscriptions].some((held) => sameOrganization(held, organization));
}

/** Whether anything is priced for this person as a member, client or employee of an organization. @param {Profile} profile @param {string} organization */
export function isOneOf(profile, organization) {
  return belongs(profile, organization) || (profile.employer !== null && sameOrganization(profile.employer, organization));
}

/** Whether a profile names this package: by its id, its name, or as a membership of its organization. @param {Profile} profile @param {Package} bought */
export function holds(profile, bought) {
  if (profile.subscriptions.some((held) => held === bought.id || fold(held) === fold(bought.name))) return true;
  const { organization } = bought;
  if (bought.effect !== "member_price" || organization === null) return false;
  return profile.memberships.some((held) => sameOrganization(held, organization));
}

/** Whether a package covers an opportunity: every selector that is set must match. @param {Package} bought @param {Opportunity} one */
export function covers({ covers: cover }, one) {
  return (
    (cover.family === null || cover.family === one.family) &&
    (cover.source === null || [...one.listings, ...one.credits].some(({ source }) => source === cover.source)) &&
    (cover.kinds.length === 0 || cover.kinds.includes(one.kind)) &&
    (cover.units.length === 0 || one.credits.some(({ unit }) => cover.units.includes(unit))) &&
    (cover.topics.length === 0 ||
      one.topics.some(({ topic, origin }) => origin !== "guessed" && cover.topics.includes(topic)))
  );
}

/** Whether an offer for the thing itself holds on a day; an early price without a last day is not relied on. @param {Offer} offer @param {string} day */
function runs(offer, day) {
  const begun = offer.starts_on === null || offer.starts_on <= day;
  const goesOn = offer.through === null ? offer.audience !== "early" : offer.through >= day;
  return offer.scope === "item" && begun && goesOn;
}

/** Whether an offer's amount is all that one person pays: "$420 per credit hour" is not. @param {Offer} offer */
function isWhole({ minor, per }) {
  if (minor === 0 || per === null) return true;
  return fold(per).split(" ").some((word) => figures.one_person.includes(word));
}

/**
 * Whether a person can take an offer; `gained` are organizations of which a package makes them a member.
 * @param {Offer} offer @param {Opportunity} one @param {Profile | null} profile @param {string[]} gained
 */
function takes(offer, one, profile, gained) {
  const organization = organizationOf(offer, one);
  const isMember = () =>
    (profile !== null && belongs(profile, organization)) || gained.some((name) => sameOrganization(name, organization));
  if (offer.audience === "public" || offer.audience === "early") return offer.organization === null || isMember();
  if (offer.audience === "member" || offer.audience === "client") return isMember();
  const employer = profile?.employer ?? null;
  return offer.audience === "employee" && employer !== null && sameOrganization(employer, organization);
}

/** Whose members or staff an offer is for. @param {Offer} offer @param {Opportunity} one */
export const organizationOf = (offer, one) => offer.organization ?? one.provider_name;

/** @param {string} per */
const perWords = (per) => ` per ${per.replace(/^per /, "")}`;

/** @param {Offer} offer @param {Opportunity} one */
function told(offer, one) {
  if (offer.minor === 0 && offer.audience === "public" && offer.through === null) return "Free";
  const until = offer.through === null ? "" : ` until ${spokenDay(offer.through)}`;
  const of = offer.audience === "public" || offer.audience === "early" ? "" : ` of ${organizationOf(offer, one)}`;
  const per = offer.per ? perWords(offer.per) : "";
  const amount = money(offer.minor ?? 0, offer.currency);
  return `${amount[0].toUpperCase()}${amount.slice(1)}${per}, ${figures.who[offer.audience]}${of}${until}`;
}

/**
 * The first of the least by a list of numbers and texts.
 * @template T
 * @param {readonly T[]} found @param {(one: T) => (number | string)[]} key @returns {T | undefined}
 */
function leastBy(found, key) {
  /** @type {{one: T, by: (number | string)[]} | undefined} */
  let best;
  for (const one of found) {
    const by = key(one);
    if (best === undefined || isLess(by, best.by)) best = { one, by };
  }
  return best?.one;
}

/** @param {(number | string)[]} one @param {(number | string)[]} other */
function isLess(one, other) {
  const at = one.findIndex((part, place) => part !== other[place]);
  return at >= 0 && one[at] < other[at];
}

/** @param {Opportunity} one @param {Profile | null} profile @param {string} day @param {string[]} gained @returns {PersonalPrice | null} */
function fromOffers(one, profile, day, gained) {
  const taken = one.offers.filter((offer) => runs(offer, day) && takes(offer, one, profile, gained));
  const best = cheapest(taken);
  return best === undefined ? inParts(taken) : priced(best.minor, best.currency, told(best, one), best);
}

/** The cheapest that tells a whole price, other currencies last. @param {Offer[]} taken */
function cheapest(taken) {
  const known = taken.filter((offer) => offer.minor !== null && isWhole(offer));
  return leastBy(known, (offer) => [
    Number(offer.minor !== 0 && offer.currency !== figures.currency),
    offer.minor ?? 0,
    offer.source,
    offer.audience,
  ]);
}

/** The offer that anybody would take on a day, where a whole price is known. @param {Opportunity} one @param {string} day */
export function publicOffer(one, day) {
  return cheapest(one.offers.filter((offer) => runs(offer, day) && takes(offer, one, null, [])));
}

/** A price that is told by the part: the whole is not known, and the words say what is. @param {Offer[]} taken */
function inParts(taken) {
  const parts = taken.filter((offer) => offer.minor !== null);
  const first = leastBy(parts, (offer) => [offer.source, offer.audience, offer.minor ?? 0]);
  if (first === undefined) return null;
  const words = `${money(first.minor ?? 0, first.currency)}${perWords(first.per ?? "")}`;
  return priced(null, null, `${figures.not_stated} as a whole: ${words}`, first);
}

/** What a held package makes of the price; `base` is the price without it. @param {Package} bought @param {PersonalPrice | null} base */
function fromPackage(bought, base) {
  const limit = bought.cap_thousandths ? `, as long as its ${Math.floor(bought.cap_thousandths / 1000)} hours last` : "";
  if (bought.effect === "free") {
    const reason = `Included in ${bought.name}, which you hold${limit}`;
    return priced(0, bought.currency ?? figures.currency, reason, bought, bought.id);
  }
  if (bought.effect === "percent" && bought.percent !== null && base !== null && base.minor !== null) {
    const minor = discounted(base.minor, bought.percent);
    const reason = `${money(minor, base.currency)}: ${bought.percent}% off with ${bought.name}, which you hold${limit}`;
    return { ...base, minor, reason, package: bought.id };
  }
  return null;
}

/** An amount less a percentage, rounded up: a discount is never made larger than it is. @param {number} minor @param {number} percent */
export function discounted(minor, percent) {
  return Math.ceil((minor * (100 - percent)) / 100);
}

/**
 * What an opportunity costs the person of a profile (null: anybody) on a day, with what the employer pays of it.
 * @param {Opportunity} one @param {Profile | null} profile @param {string} day @param {readonly Package[]} packages
 */
export function price(one, profile, day, packages = []) {
  return lessBenefit(charged(one, profile, day, packages), benefitFor(one.kind, profile, day));
}

/**
 * The same before the employer pays anything.
 * @param {Opportunity} one @param {Profile | null} profile @param {string} day @param {readonly Package[]} packages
 */
export function charged(one, profile, day, packages = []) {
  const held = profile === null ? [] : packages.filter((bought) => holds(profile, bought) && covers(bought, one));
  return priceWith(one, profile, day, held);
}

/**
 * What is charged with exactly these packages taken as held and covering.
 * @param {Opportunity} one @param {Profile | null} profile @param {string} day @param {readonly Package[]} held
 * @returns {PersonalPrice}
 */
export function priceWith(one, profile, day, held) {
  const open = fromOffers(one, null, day, []);
  const gained = held.flatMap(({ effect, organization }) =>
    effect === "member_price" && organization !== null ? [organization] : [],
  );
  const own = profile === null && held.length === 0 ? open : fromOffers(one, profile, day, gained);
  const all = [own, ...held.map((bought) => fromPackage(bought, own))].filter((found) => found !== null);
  const known = all.filter(({ minor }) => minor !== null);
  const best = leastBy(known, (found) => [found.minor ?? 0, found.package ?? ""]) ?? all[0];
  return { ...(best ?? priced(null, null, figures.not_stated)), public_minor: open?.minor ?? null };
}

/** @param {PersonalPrice} found @param {Benefit | null} benefit @returns {PersonalPrice} */
function lessBenefit(found, benefit) {
  const words = benefit === null ? "" : shareWords(found, benefit);
  if (benefit === null || words === "") return found;
  const paid = found.minor === null ? 0 : share(benefit, found.minor);
  return { ...found, reason: `${found.reason}; ${words}`, employer_minor: paid };
}

/** @param {PersonalPrice} found @param {Benefit} benefit */
function shareWords(found, benefit) {
  const stays = benefit.service_months ? ` if you then stay ${benefit.service_months} months` : "";
  if (found.minor === null) {
    const limit = benefit.left === null ? "" : ` up to ${money(benefit.left, benefit.currency)}`;
    const inPart = benefit.is_tuition && found.source !== null;
    return inPart ? `your employer pays ${benefit.percent}% of tuition${limit}${stays}` : "";
  }
  const paid = share(benefit, found.minor);
  if (found.minor === 0 || found.currency !== benefit.currency || paid === 0) return "";
  const amount = paid === found.minor ? "all" : money(paid, found.currency);
  return `your employer's ${benefit.name} pays ${amount} of it${stays}`;
}

