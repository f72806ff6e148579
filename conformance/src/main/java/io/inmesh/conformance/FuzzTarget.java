package io.inmesh.conformance;

import java.util.Map;

/** Something that answers requests by a configuration: the engine, or one with a planted fault. */
public interface FuzzTarget {
  /**
   * Puts a configuration in force.
   *
   * @param listener a serialized Listener with its routes inline
   */
  Answers configure(byte[] listener);

  /** Whether a response header tells of a decision. */
  static boolean compares(String lowerCaseName) {
    return lowerCaseName.equals("location")
        || lowerCaseName.equals("grpc-status")
        || lowerCaseName.startsWith("x-fuzz");
  }

  /** Answers by one configuration. */
  interface Answers {
    /** What a client would see. */
    Answer answer(VectorRequest request);
  }

  /**
   * What a client sees of a decision.
   *
   * @param headers those that decide: location, grpc-status and what the routes add
   */
  record Answer(int status, Map<String, String> headers, String body) {
    public Answer {
      headers = Map.copyOf(headers);
    }
  }
}
