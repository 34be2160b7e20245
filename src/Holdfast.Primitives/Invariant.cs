using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Holdfast.Primitives;

/// <summary>Checks of our own logic that stay on in release builds: a broken one is a bug, never bad input.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantBrokenException"/> unless <paramref name="condition"/> holds.</summary>
    public static void Check(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string? expression = null)
    {
        if (!condition)
        {
            Fail(expression);
        }
    }

    [DoesNotReturn]
    private static void Fail(string? expression) => throw new InvariantBrokenException(expression ?? "unknown");
}

/// <summary>A bug in Holdfast itself. The supervisor resigns VRRP in order before the process ends.</summary>
public sealed class InvariantBrokenException(string expression)
    : Exception($"Broken invariant: {expression}")
{
}
