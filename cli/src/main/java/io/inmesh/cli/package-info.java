/** The commands behind ./inmesh; one class a command. */
@NullMarked
package io.inmesh.cli;

import org.jspecify.annotations.NullMarked;
