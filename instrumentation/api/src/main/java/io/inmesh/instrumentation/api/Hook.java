package io.inmesh.instrumentation.api;

import java.util.List;
import java.util.Objects;

/**
 * One method of a library and the advice that runs there.
 *
 * @param type internal name of the class, {@code okhttp3/OkHttpClient}
 * @param method name of the method, {@code <init>} for constructors
 * @param descriptorPrefix start of the method's descriptor, {@code (Lokhttp3/HttpUrl;} or just
 *     {@code (}, so that a later release may add parameters at the end
 * @param at where in the method the advice runs
 * @param purpose what a failure of the advice means
 * @param adviceClass class of the advice, loaded beside the library
 * @param adviceMethod its method
 * @param optional true if some proven version of the library does not have this method
 */
public record Hook(
    String type,
    String method,
    String descriptorPrefix,
    Point at,
    Advice purpose,
    String adviceClass,
    String adviceMethod,
    boolean optional) {
  public Hook {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(purpose, "purpose");
    if (type.indexOf('.') >= 0) {
      throw new IllegalArgumentException("type is an internal name, with slashes: " + type);
    }
    if (!descriptorPrefix.startsWith("(")) {
      throw new IllegalArgumentException("a descriptor starts with '(': " + descriptorPrefix);
    }
  }

  /** Where advice runs. */
  public sealed interface Point permits Enter, Exit, Argument {}

  /**
   * Before the method's first instruction. The advice sees {@code this} (unless static) and all
   * arguments; it returns null to let the method run, or what the method returns instead ({@link
   * Skip#VOID} for a void method).
   */
  public record Enter() implements Point {}

  /**
   * Before each return. The advice sees the value about to be returned (unless void), {@code this}
   * and all arguments; what it returns is returned.
   */
  public record Exit() implements Point {}

  /**
   * Replaces one argument before the method's first instruction. The advice sees all arguments, and
   * {@code this} unless the method is static or a constructor.
   *
   * @param index the argument, from 0
   */
  public record Argument(int index) implements Point {
    public Argument {
      if (index < 0) {
        throw new IllegalArgumentException("index " + index);
      }
    }
  }

  /** What {@link Enter} advice returns to skip a void method. */
  public enum Skip {
    VOID
  }

  /** Advice before the method. */
  public static Hook enter(
      Advice purpose,
      String type,
      String method,
      String descriptorPrefix,
      String adviceClass,
      String adviceMethod) {
    return new Hook(
        type, method, descriptorPrefix, new Enter(), purpose, adviceClass, adviceMethod, false);
  }

  /** Advice before each return. */
  public static Hook exit(
      Advice purpose,
      String type,
      String method,
      String descriptorPrefix,
      String adviceClass,
      String adviceMethod) {
    return new Hook(
        type, method, descriptorPrefix, new Exit(), purpose, adviceClass, adviceMethod, false);
  }

  /** Advice that replaces an argument. */
  public static Hook argument(
      int index,
      Advice purpose,
      String type,
      String method,
      String descriptorPrefix,
      String adviceClass,
      String adviceMethod) {
    return new Hook(
        type,
        method,
        descriptorPrefix,
        new Argument(index),
        purpose,
        adviceClass,
        adviceMethod,
        false);
  }

  /** The same hook, for a method that some versions of the library do not have. */
  public Hook wherePresent() {
    return new Hook(type, method, descriptorPrefix, at, purpose, adviceClass, adviceMethod, true);
  }

  /** The same hook in a shaded copy of the library. */
  public Hook in(Relocation copy) {
    return copy.isNone()
        ? this
        : new Hook(
            copy.type(type),
            method,
            copy.descriptor(descriptorPrefix),
            at,
            purpose,
            adviceClass,
            adviceMethod,
            optional);
  }

  /** True if the hook is for a method of this name and descriptor. */
  public boolean matches(String name, String descriptor) {
    return method.equals(name) && descriptor.startsWith(descriptorPrefix);
  }

  /** The instrumented types of {@code hooks}, each once. */
  public static List<String> types(List<Hook> hooks) {
    return hooks.stream().map(Hook::type).distinct().toList();
  }
}
