/** premain and agentmain, the agent's class loader, the dispatcher. The JDK and nothing else. */
@NullMarked
package io.inmesh.bootstrap;

import org.jspecify.annotations.NullMarked;
