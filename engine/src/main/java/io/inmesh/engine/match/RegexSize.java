package io.inmesh.engine.match;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * About how many instructions an expression becomes, told from its text: repetitions nest by
 * multiplication, so a few characters may need all memory before the compiled program could be
 * measured.
 */
final class RegexSize {
  private final String text;
  private final Deque<Long> outer = new ArrayDeque<>();
  private long group;
  private long atom;
  private int at;

  private RegexSize(String text) {
    this.text = text;
  }

  /** At most {@code Long.MAX_VALUE}; a malformed expression has some size too. */
  static long of(String text) {
    RegexSize size = new RegexSize(text);
    while (size.at < text.length()) {
      size.next();
    }
    long all = add(size.group, size.atom);
    for (long unclosed : size.outer) {
      all = add(all, unclosed);
    }
    return all;
  }

  private void next() {
    char c = text.charAt(at);
    switch (c) {
      case '(' -> {
        endAtom();
        outer.push(group);
        group = 0;
        at++;
      }
      case ')' -> {
        endAtom();
        atom = group;
        group = outer.isEmpty() ? 0 : outer.pop();
        at++;
      }
      case '[' -> {
        endAtom();
        atom = 1;
        at = classEnd();
      }
      case '\\' -> {
        endAtom();
        atom = 1;
        at += 2;
      }
      case '{' -> repeat();
      default -> {
        endAtom();
        atom = 1;
        at++;
      }
    }
  }

  private void endAtom() {
    group = add(group, atom);
    atom = 0;
  }

  // A bracket that comes first is a member.
  private int classEnd() {
    int i = at + 1;
    i += i < text.length() && text.charAt(i) == '^' ? 1 : 0;
    i += i < text.length() && text.charAt(i) == ']' ? 1 : 0;
    while (i < text.length() && text.charAt(i) != ']') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return i + 1;
  }

  // {n}, {n,} or {n,m}; anything else is literal.
  private void repeat() {
    int end = text.indexOf('}', at);
    String range = end < 0 ? "" : text.substring(at + 1, end);
    if (!range.matches("\\d{1,6}(,\\d{0,6})?")) {
      endAtom();
      atom = 1;
      at++;
      return;
    }
    long times = 1;
    for (String bound : range.split(",")) {
      times = Math.max(times, Long.parseLong(bound));
    }
    atom = atom > Long.MAX_VALUE / times ? Long.MAX_VALUE : atom * times;
    at = end + 1;
  }

  private static long add(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
