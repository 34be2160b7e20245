namespace Holdfast.Lab;

/// <summary>Something that a lab waited for did not happen in time.</summary>
public sealed class LabTimeoutException(string message) : Exception(message);
