"use strict";
// Sends the chosen image as it is, tells how far it is, and waits for the phone to come back.
const form = document.getElementById("upload");
const [button, bar, text] = ["button", "progress", "[role=status]"].map((name) => form.querySelector(name));
let gone = false;
let looks = 0;

function look() {
  fetch("/icon.svg", { cache: "no-store" }).then(
    () => {
      if (gone || ++looks > 25) location.href = "/sysinfo.html";
      else setTimeout(look, 1000);
    },
    () => {
      gone = true;
      setTimeout(look, 1000);
    },
  );
}

function end(message, good) {
  text.textContent = message;
  text.className = good ? "" : "err";
  bar.hidden = !good;
  button.disabled = good;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const file = form.elements.image.files[0];
  const ask = new XMLHttpRequest();
  ask.upload.onprogress = (sent) => {
    bar.value = Math.floor((sent.loaded * 100) / file.size);
    text.textContent = bar.value < 100 ? bar.value + " % sent" : "The phone checks it";
  };
  ask.onload = () => {
    const plain = ask.getResponseHeader("Content-Type").startsWith("text/plain");
    end(plain ? ask.responseText : "The phone answered " + ask.status + ". Open this page again", ask.status === 202);
    if (ask.status === 202) look();
  };
  ask.onerror = () => end("The connection broke off. Try again: what has arrived is kept", false);
  ask.open("POST", form.action);
  ask.setRequestHeader("Content-Type", "application/octet-stream");
  ask.send(file);
  button.disabled = true;
  bar.hidden = false;
  bar.value = 0;
  text.className = "";
  text.textContent = "0 % sent";
});
