package io.inmesh.cli.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * A number of calls, one after the other, under one name. It gives up after some failures in a row,
 * so that a mesh that does nothing is told soon.
 *
 * @param name travels with the calls into the services' logs
 */
record Scene(String name, List<Customer.Answer> answers) {
  private static final int PATIENCE = 4;

  /** Whether an answer is what the scene waits for. */
  interface Expectation {
    boolean met(Customer.Answer answer);
  }

  /** Opens a page n times. */
  static Scene play(
      Customer customer, String name, String page, String user, int n, Expectation expected)
      throws InterruptedException {
    List<Customer.Answer> answers = new ArrayList<>();
    int failures = 0;
    while (answers.size() < n && failures < PATIENCE) {
      Customer.Answer answer = customer.open(page, name, user);
      failures = expected.met(answer) ? 0 : failures + 1;
      answers.add(answer);
    }
    return new Scene(name, answers);
  }

  int calls() {
    return answers.size();
  }

  int with(int status) {
    return (int) answers.stream().filter(a -> a.status() == status).count();
  }

  /** " (first other: …)" with the first answer that has none of the statuses; else nothing. */
  String oddity(Integer... statuses) {
    List<Integer> usual = List.of(statuses);
    return answers.stream()
        .filter(a -> !usual.contains(a.status()))
        .findFirst()
        .map(a -> "; first other: " + a.status() + " " + shortened(a.answeredBy()))
        .orElse("");
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 57) + "..." : text;
  }
}
