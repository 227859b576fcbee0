/* Runs Material's search worker, whose file name follows the question mark, with one mend.
   lunr tells nodes of its word tree apart by a string of each edge's letter and number, without a mark between them:
   where the letters are digits, as in arXiv ids and dates, two nodes can read alike and become one. A search that
   meets words which nobody wrote then fails with "Invalid query" (olivernn/lunr.js, issues 279 and 503). */
importScripts(location.search.slice(1));

self.lunr.TokenSet.prototype.toString = function () {
  if (this._str) return this._str;
  const edges = Object.keys(this.edges).sort();
  return (this.final ? "1" : "0") + edges.map((letter) => `${letter}${this.edges[letter].id},`).join("");
};
