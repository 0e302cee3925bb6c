// What a keyer types, made into the form of the contract; the server normalises again and has the last word.

const KANA = "ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヲンヴ";

/** Full-width digits and letters to half, half-width kana to full, spaces tamed. */
export const plain = (text) => text.normalize("NFKC").replace(/\s+/g, " ").trim();

const hiraganaToKatakana = (text) => text.replace(/[ぁ-ゖ]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0x60));

const shapes = {
  wareki(text, field) {
    const digits = plain(text).replace(/[.\-\/年月日 ]/g, "");
    const parts = plain(text).split(/[.\-\/年月日 ]+/).filter(Boolean);
    const era = field.preprinted ?? "";
    // 8.4.1 or 8-4-1: each pair is padded
    const padded = parts.length === 3 ? parts.map((part) => part.padStart(2, "0")).join("") : digits;
    if (parts.length === 4) return parts[0] + parts.slice(1).map((part) => part.padStart(2, "0")).join("");
    return era && padded && padded.length === 6 ? era + padded : padded;
  },
  digits: (text) => plain(text).replace(/[\s-]/g, ""),
  yen: (text) => plain(text).replace(/[,¥円\s]/g, "").replace(/^0+(?=\d)/, ""),
  choice: (text) => [...new Set(plain(text).split(/[\s,.]+/).filter(Boolean))].sort().join(","),
  kana: (text) => hiraganaToKatakana(plain(text)).replace(/ /g, "\u3000"),
  kanji: (text) => text.replace(/[\s\u3000]+/g, "\u3000").trim(),
  zip: (text) => plain(text).replace(/[-〒\s]/g, ""),
  telephone: (text) => plain(text).replace(/[()\s]+/g, "-").replace(/^-|-$/g, ""),
  office_ref: (text) => hiraganaToKatakana(plain(text)).replace(/\s/g, ""),
  addr_kana: (text) => hiraganaToKatakana(plain(text)).replace(/ /g, ""),
};

/** The typed text in the field's form. */
export function shaped(text, field) {
  return (shapes[field.type] ?? plain)(text, field);
}

/** null if the text can stand, else the key of what is wrong (a text of the page). Blank always can. */
export function doubt(value, field) {
  if (value === "") return null;
  if (field.type === "wareki") {
    if (!/^\d{7}$/.test(value)) return "doubt_wareki";
    if (field.eras?.length && !field.eras.includes(value[0])) return "doubt_era";
    return Number(value.slice(3, 5)) <= 12 && Number(value.slice(5)) <= 31 ? null : "doubt_wareki";
  }
  if (field.type === "choice") {
    const codes = new Set(field.choices.map((choice) => choice.code));
    return value.split(",").every((code) => codes.has(code)) ? null : "doubt_choice";
  }
  if (field.type === "digits") {
    if (!/^[\d_]+$/.test(value)) return "doubt_digits";
    if (field.key === "my_number") return value.length === 10 || (value.length === 12 && checkDigit(value)) ? null : "doubt_number";
    return null;
  }
  if (field.type === "yen") return /^\d{1,8}$/.test(value) ? null : "doubt_digits";
  if (field.type === "zip") return /^\d{7}$/.test(value) ? null : "doubt_zip";
  if (field.type === "kana") return [...value].every((character) => KANA.includes(character) || "ー・\u3000".includes(character)) ? null : "doubt_kana";
  return null;
}

/** 個人番号: 総務省令第85号 第5条. */
function checkDigit(number) {
  const digits = [...number].map(Number);
  const weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
  const rest = weights.reduce((sum, weight, index) => sum + weight * digits[index], 0) % 11;
  return digits[11] === (rest <= 1 ? 0 : 11 - rest);
}

/** How a value reads to a person beside the input. */
export function spoken(value, field, eras) {
  if (!value) return "";
  if (field.type === "wareki" && /^\d{7}$/.test(value)) {
    return `${eras[value[0]] ?? value[0]}${Number(value.slice(1, 3))}年${Number(value.slice(3, 5))}月${Number(value.slice(5))}日`;
  }
  if (field.type === "yen" && /^\d+$/.test(value)) return `${Number(value).toLocaleString("ja-JP")}円`;
  if (field.type === "choice") return value.split(",").map((code) => field.choices.find((choice) => choice.code === code)?.label ?? code).join("・");
  if (field.type === "zip" && value.length === 7) return `${value.slice(0, 3)}-${value.slice(3)}`;
  if (field.key === "my_number") return value.replace(/(.{4})(?=.)/g, "$1 ");
  return "";
}
