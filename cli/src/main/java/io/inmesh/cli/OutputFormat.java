package io.inmesh.cli;

/** How a command prints what it found. */
public enum OutputFormat {
  TEXT,
  JSON
}
