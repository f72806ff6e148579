package io.inmesh.it.life;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A class of the agent that is missing, or throws in one method.
 *
 * @param app class of the client or server that runs into it
 * @param type name of the class
 * @param method name of the method; empty where the class is missing
 * @param descriptor start of that of the method
 */
public record Fault(Class<?> app, String type, String method, String descriptor) {
  private static final String MODULES = "io.inmesh.instrumentation.";

  /** A module's class is missing; named below the packages of the modules. */
  public static Fault missing(Class<?> app, String type) {
    return new Fault(app, MODULES + type, "", "");
  }

  /** All methods of one name throw, of a module's class that is named so. */
  public static Fault throwing(Class<?> app, String type, String method) {
    return new Fault(app, MODULES + type, method, "(");
  }

  /** An agent that has it. */
  public Path jar(Path folder) throws IOException {
    return method.isEmpty()
        ? BrokenAgent.without(folder, type)
        : BrokenAgent.throwing(folder, type, method, descriptor);
  }
}
