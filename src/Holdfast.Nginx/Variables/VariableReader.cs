using Holdfast.Nginx.Requests;

namespace Holdfast.Nginx.Variables;

/// <summary>Reads a variable of a request.</summary>
/// <param name="request">The request.</param>
/// <param name="isFound">Whether it has a value; one without is an empty text, and "-" in logs.</param>
/// <returns>The value; holds until the request ends, or something that it is made of changes.</returns>
public delegate ReadOnlySpan<byte> VariableReader(Request request, out bool isFound);
