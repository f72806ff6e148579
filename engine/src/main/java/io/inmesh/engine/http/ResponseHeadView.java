package io.inmesh.engine.http;

import org.jspecify.annotations.Nullable;

/** The headers of a response, read on the thread that reports it and not kept. */
@FunctionalInterface
public interface ResponseHeadView {
  /** The values of a header joined with a comma, or null where it is absent. */
  @Nullable String header(String lowerCaseName);
}
