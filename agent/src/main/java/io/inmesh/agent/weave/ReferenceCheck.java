package io.inmesh.agent.weave;

import io.inmesh.agent.weave.LibraryTypes.Declared;
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

  ReferenceCheck(LibraryTypes types) {
    this.types = types;
  }

  /** The first reference that leads nowhere, in words. */
  Optional<String> missing(byte[] references) throws IOException {
    for (String line : new String(references, StandardCharsets.UTF_8).split("\n")) {
      int space = line.indexOf(' ');
      String type = space < 0 ? line : line.substring(0, space);
      if (!type.isEmpty() && types.get(type) == null) {
        return Optional.of("it has no class " + type.replace('/', '.'));
      }
      if (space > 0 && !has(type, line.substring(space + 1))) {
        return Optional.of(type.replace('/', '.') + " has no " + words(line.substring(space + 1)));
      }
    }
    return Optional.empty();
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
