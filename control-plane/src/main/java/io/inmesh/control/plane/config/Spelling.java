package io.inmesh.control.plane.config;

import java.util.Set;

/** Finds the known word that a mistyped one was probably meant to be. */
final class Spelling {
  private Spelling() {}

  /** {@code ", did you mean X?"}, or nothing when no known word is near. */
  static String suggestion(String word, Set<String> known) {
    String best = "";
    int least = Math.max(1, word.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance < least || (distance == least && candidate.compareTo(best) < 0)) {
        least = distance;
        best = candidate;
      }
    }
    return best.isEmpty() ? "" : ", did you mean " + best + "?";
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
