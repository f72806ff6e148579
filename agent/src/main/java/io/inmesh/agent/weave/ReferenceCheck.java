package io.inmesh.agent.weave;

import io.inmesh.agent.weave.LibraryTypes.Declared;
import io.inmesh.instrumentation.api.Relocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.objectweb.asm.Opcodes;

/**
 * Whether a copy of a library has all that a module's advice and helpers refer to, super types
 * included. What they refer to was collected from their byte code when the agent jar was built.
 *
 * <p>One reference a line: {@code TYPE}, or {@code TYPE MEMBER DESCRIPTOR} where the descriptor of
 * a method starts with a parenthesis.
 */
final class ReferenceCheck {
  private static final int VISIBLE = Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED;

  private final LibraryTypes types;
  private final Relocation copy;

  /**
   * @param copy the copy of the library that must have it
   */
  ReferenceCheck(LibraryTypes types, Relocation copy) {
    this.types = types;
    this.copy = copy;
  }

  /** The first reference that leads nowhere, in words. */
  Optional<String> missing(byte[] references) throws IOException {
    for (String line : new String(references, StandardCharsets.UTF_8).split("\n")) {
      int space = line.indexOf(' ');
      String type = copy.type(space < 0 ? line : line.substring(0, space));
      if (!type.isEmpty() && types.get(type) == null) {
        return Optional.of("it has no class " + type.replace('/', '.'));
      }
      if (space > 0) {
        String member = relocated(line.substring(space + 1));
        if (!has(type, member)) {
          return Optional.of(type.replace('/', '.') + " has no " + words(member));
        }
      }
    }
    return Optional.empty();
  }

  private String relocated(String member) {
    int space = member.indexOf(' ');
    return member.substring(0, space + 1) + copy.descriptor(member.substring(space + 1));
  }

  private boolean has(String type, String member) throws IOException {
    Declared declared = types.get(type);
    if (declared == null) {
      return false;
    }
    Integer access = declared.members().get(member);
    if (access != null && (access & VISIBLE) != 0) {
      return true;
    }
    if (!member.startsWith("<init>")) {
      for (String above : declared.superTypes()) {
        if (has(above, member)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String words(String member) {
    int parenthesis = member.indexOf('(');
    return parenthesis < 0
        ? "field " + member
        : "method " + member.substring(0, parenthesis - 1) + member.substring(parenthesis);
  }
}
