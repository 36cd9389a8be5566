import { Component, inject, makeStateKey, PLATFORM_ID, TransferState } from "@angular/core";
import { isPlatformServer } from "@angular/common";

const NAME = makeStateKey<string>("name");

@Component({ selector: "app-root", template: "<p>{{ name }}</p>" })
export class App {
  private readonly state = inject(TransferState);
  readonly name: string;

  constructor() {
    if (isPlatformServer(inject(PLATFORM_ID))) this.state.set(NAME, process.env["NAME"] ?? "me");
    this.name = this.state.get(NAME, "me");
  }
}
