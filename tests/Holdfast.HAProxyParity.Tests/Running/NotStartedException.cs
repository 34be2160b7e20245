namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>A proxy has refused its file.</summary>
internal sealed class NotStartedException(string message) : Exception(message);
