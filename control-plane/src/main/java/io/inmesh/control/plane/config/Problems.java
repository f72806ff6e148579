package io.inmesh.control.plane.config;

import io.inmesh.control.plane.config.Problem.Severity;
import io.inmesh.control.plane.model.Source;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong while one thing is read. Not thread-safe. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();
  private String resource = "";

  /** Names the resource that the following problems belong to; empty for none. */
  void within(String resource) {
    this.resource = resource;
  }

  void error(Source source, String field, String text) {
    found.add(new Problem(Severity.ERROR, source, resource, field, text));
  }

  /** Adds something that the user should know but that stops nothing. */
  public void warning(Source source, String resource, String field, String text) {
    found.add(new Problem(Severity.WARNING, source, resource, field, text));
  }

  void warning(Source source, String field, String text) {
    warning(source, resource, field, text);
  }

  void note(Source source, String field, String text) {
    found.add(new Problem(Severity.NOTE, source, resource, field, text));
  }

  boolean hasErrors() {
    return found.stream().anyMatch(p -> p.severity() == Severity.ERROR);
  }

  /** Everything so far, in the order found. */
  public List<Problem> all() {
    return List.copyOf(found);
  }
}
