package io.inmesh.engine.http;

/**
 * Edits the head of one attempt where the library serialises it, below its redirect, cookie and
 * authentication logic.
 */
public interface HeadEditor extends HeaderEditor {
  /** The request target in origin form: path and query. */
  String path();

  /** Replaces path and query. */
  void setPath(String pathAndQuery);

  /** Host or :authority. */
  String authority();

  /** Replaces Host or :authority. */
  void setAuthority(String authority);
}
