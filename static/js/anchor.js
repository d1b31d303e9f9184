// The language switch keeps the place on the page: #right-4 in Korean stays #right-4 in English.
const links = document.querySelectorAll(".languages a");

function follow() {
  for (const link of links) link.hash = location.hash;
}

addEventListener("hashchange", follow);
follow();
