namespace Holdfast.Proxy.Programs;

/// <summary>A header that is captured, or a slot that rules fill.</summary>
/// <param name="Name">Name of the header; empty: a slot of <c>declare capture</c>.</param>
/// <param name="Length">At most so many bytes.</param>
public readonly record struct CapturedHeader(byte[] Name, int Length);
