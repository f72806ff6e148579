package io.inmesh.control.client.decode;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one copy of texts and values that many resources repeat. Forgets all of them now and then,
 * so it stays small. Values are found by a text: hashing records would link dozens of method
 * handles at start-up.
 */
public final class Interner {
  private static final int MOST = 8192;

  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Object> values = new HashMap<>();

  /** The copy to keep of a text. */
  public String of(String text) {
    if (texts.size() >= MOST) {
      texts.clear();
    }
    String first = texts.putIfAbsent(text, text);
    return first == null ? text : first;
  }

  /**
   * The value kept under a text that says its type and all of its content, null where there is
   * none.
   */
  public @Nullable Object find(String content) {
    return values.get(content);
  }

  /** Keeps an immutable value under a text that says its type and all of its content. */
  public <T> T keep(String content, T value) {
    if (values.size() >= MOST) {
      values.clear();
    }
    values.put(content, value);
    return value;
  }
}
