namespace Holdfast.Health.Scripts;

/// <summary>Texts without variables.</summary>
public static class CheckTexts
{
    /// <summary>Always the same bytes.</summary>
    public static CheckText Constant(ReadOnlyMemory<byte> bytes) => (_, to, out length) =>
    {
        length = bytes.Length;
        return bytes.Span.TryCopyTo(to);
    };

    /// <summary>What stands before the first line end.</summary>
    internal static string Line(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        return StepText.Latin(end < 0 ? bytes : bytes[..end]);
    }

    /// <summary>What stands before the first zero byte, and before the end.</summary>
    internal static string Terminated(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return StepText.Latin(end < 0 ? bytes : bytes[..end]);
    }
}
