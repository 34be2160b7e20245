using Holdfast.Health.Scripts;
using Holdfast.Health.Scripts.Protocols;

namespace Holdfast.Proxy.Checks;

/// <summary>What agents are asked.</summary>
public static class AgentPrograms
{
    /// <summary>Connects, sends a text, reads a line.</summary>
    /// <param name="question">The text; empty: none.</param>
    public static CheckProgram Asking(byte[] question)
        => new(AgentCheck.Build(question, new ConnectStep(0) { IsDefault = true, Lingers = true }));
}
