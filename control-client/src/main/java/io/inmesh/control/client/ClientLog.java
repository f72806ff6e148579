package io.inmesh.control.client;

/** Where the client says what people should know. Called on {@code inmesh-io}. */
public interface ClientLog {
  /** Something for those who look closely. */
  void debug(String message);

  /** Something normal. */
  void info(String message);

  /** Something that a person should look at. */
  void warn(String message);
}
