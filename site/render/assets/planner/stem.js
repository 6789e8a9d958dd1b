// The stem of an English word by the Snowball project's English algorithm ("Porter2", as of Snowball 3), written anew.
// https://snowballstem.org/algorithms/english/stemmer.html
//
// The same words get the same stems as in Python's snowballstemmer; a test compares the whole vocabulary and more.

const VOWELS = "aeiouy";

/** Words that the rules would spoil, with their stems. @type {Map<string, string>} */
const EXCEPTIONS = new Map(
  Object.entries({
    ...{ skis: "ski", skies: "sky", idly: "idl", gently: "gentl", ugly: "ugli", early: "earli", only: "onli" },
    ...{ singly: "singl", sky: "sky", news: "news", howe: "howe", atlas: "atlas", cosmos: "cosmos", bias: "bias" },
    andes: "andes",
  }),
);

/** Beginnings after which the first region starts at once. */
const BEGINNINGS = ["arsen", "commun", "emerg", "gener", "inter", "later", "organ", "past", "univers"];

/** What stays whole before "-ing" where it is all there is. */
const WHOLE_BEFORE_ING = new Set(["even", "cann", "inn", "earr", "herr", "out"]);
const WHOLE_BEFORE_EED = new Set(["succ", "proc", "exc"]);
const DOUBLES = new Set(["bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"]);

/** Suffix to what takes its place, where the suffix lies in the first region. */
const STEP_2 = bySuffix({
  ...{ tional: "tion", enci: "ence", anci: "ance", abli: "able", entli: "ent", izer: "ize", ization: "ize" },
  ...{ ational: "ate", ation: "ate", ator: "ate", alism: "al", aliti: "al", alli: "al", fulness: "ful", fulli: "ful" },
  ...{ ousli: "ous", ousness: "ous", iveness: "ive", iviti: "ive", biliti: "ble", bli: "ble", ogist: "og" },
  ...{ lessli: "less", ogi: "og", li: "" },
});
const STEP_3 = bySuffix({
  ...{ tional: "tion", ational: "ate", alize: "al", icate: "ic", iciti: "ic", ical: "ic", ful: "", ness: "", ative: "" },
});
/** Suffixes that fall where they lie in the second region. */
const STEP_4 = bySuffix(
  Object.fromEntries(
    "al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize ion".split(" ").map((one) => [one, ""]),
  ),
);

/** @param {Record<string, string>} table @returns {[string, string][]} the longest suffix first */
function bySuffix(table) {
  return Object.entries(table).sort(([one], [other]) => other.length - one.length);
}

/** @param {string | undefined} letter */
const isVowel = (letter) => letter !== undefined && letter !== "" && VOWELS.includes(letter);

/**
 * The stem of a word of small letters a to z.
 * @param {string} word
 */
export function stem(word) {
  const known = EXCEPTIONS.get(word);
  if (known !== undefined) return known;
  if (word.length < 3) return word;
  const marked = markConsonants(word);
  const first = firstRegion(marked);
  const second = regionAfter(marked, first);
  let left = plural(marked);
  left = pastAndGerund(left, first);
  left = finalY(left);
  left = derived(left, first);
  left = shortened(left, first, second);
  left = bare(left, second);
  left = finalLetter(left, first, second);
  return left.replaceAll("Y", "y");
}

/** A y that stands first or behind a vowel is a consonant, written Y. @param {string} word */
function markConsonants(word) {
  const letters = [...word];
  if (letters[0] === "y") letters[0] = "Y";
  for (let at = 1; at < letters.length; at += 1) {
    if (letters[at] === "y" && isVowel(letters[at - 1])) letters[at] = "Y";
  }
  return letters.join("");
}

/** @param {string} word */
function firstRegion(word) {
  const beginning = BEGINNINGS.find((one) => word.startsWith(one));
  return beginning === undefined ? regionAfter(word, 0) : beginning.length;
}

/** Where a region begins: behind the first consonant that follows a vowel. @param {string} word @param {number} from */
function regionAfter(word, from) {
  let at = from;
  while (at < word.length && !isVowel(word[at])) at += 1;
  while (at < word.length && isVowel(word[at])) at += 1;
  return Math.min(at + 1, word.length);
}

/** @param {string} word */
const hasVowel = (word) => [...word].some(isVowel);

/** Whether a word ends in a short syllable. @param {string} word */
function endsShort(word) {
  const [third, second, last] = [word.at(-3), word.at(-2), word.at(-1)];
  if (!isVowel(second) || isVowel(last)) return word.endsWith("past");
  if (word.length === 2) return true;
  return (!isVowel(third) && !"wxY".includes(last ?? "")) || word.endsWith("past");
}

/** @param {string} word */
function plural(word) {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (word.endsWith("ied") || word.endsWith("ies")) return word.slice(0, word.length > 4 ? -2 : -1);
  if (!word.endsWith("s") || word.endsWith("ss") || word.endsWith("us")) return word;
  return hasVowel(word.slice(0, -2)) ? word.slice(0, -1) : word;
}

/** @param {string} word @param {number} first */
function pastAndGerund(word, first) {
  const suffix = ["eedly", "ingly", "edly", "eed", "ing", "ed"].find((one) => word.endsWith(one));
  if (suffix === undefined) return word;
  const left = word.slice(0, -suffix.length);
  if (suffix.startsWith("eed")) return left.length < first || WHOLE_BEFORE_EED.has(left) ? word : `${left}ee`;
  if (suffix === "ing" && WHOLE_BEFORE_ING.has(left)) return word;
  if (suffix === "ing" && left.length === 2 && left[1] === "y" && !isVowel(left[0])) return `${left[0]}ie`;
  return hasVowel(left) ? mended(left, first) : word;
}

/** What is left of a past or a gerund gets its e back, or loses a doubled letter. @param {string} left @param {number} first */
function mended(left, first) {
  if (/(?:at|bl|iz)$/.test(left)) return `${left}e`;
  if (DOUBLES.has(left.slice(-2))) return left.length === 3 && "aeo".includes(left[0]) ? left : left.slice(0, -1);
  return left.length === first && endsShort(left) ? `${left}e` : left;
}

/** @param {string} word */
function finalY(word) {
  return word.length > 2 && /[yY]$/.test(word) && !isVowel(word.at(-2)) ? `${word.slice(0, -1)}i` : word;
}

/** @param {string} word @param {[string, string][]} table @returns {[string, string, string] | null} left, suffix, new */
function longest(word, table) {
  const found = table.find(([suffix]) => word.endsWith(suffix));
  return found === undefined ? null : [word.slice(0, word.length - found[0].length), ...found];
}

/** @param {string} word @param {number} first */
function derived(word, first) {
  const [left, suffix, instead] = longest(word, STEP_2) ?? [];
  if (left === undefined || left.length < first) return word;
  if (suffix === "ogi" && !left.endsWith("l")) return word;
  if (suffix === "li" && !/[cdeghkmnrt]$/.test(left)) return word;
  return `${left}${instead}`;
}

/** @param {string} word @param {number} first @param {number} second */
function shortened(word, first, second) {
  const [left, suffix, instead] = longest(word, STEP_3) ?? [];
  if (left === undefined || left.length < (suffix === "ative" ? second : first)) return word;
  return left.length < first ? word : `${left}${instead}`;
}

/** @param {string} word @param {number} second */
function bare(word, second) {
  const [left, suffix] = longest(word, STEP_4) ?? [];
  if (left === undefined || left.length < second) return word;
  return suffix === "ion" && !/[st]$/.test(left) ? word : left;
}

/** @param {string} word @param {number} first @param {number} second */
function finalLetter(word, first, second) {
  const left = word.slice(0, -1);
  if (word.endsWith("e")) return left.length >= second || (left.length >= first && !endsShort(left)) ? left : word;
  return word.endsWith("ll") && left.length >= second ? left : word;
}
