using System.Text;

namespace Holdfast.Health.Scripts;

/// <summary>What reports say of steps, in the short forms that operators grep for.</summary>
internal static class StepText
{
    private const int TextMax = 1024;

    /// <summary>A reason with the step at which it happened; only scripts of <c>tcp-check</c> name steps.</summary>
    internal static string Join(string reason, CheckScript script, ScriptStep? step)
    {
        if (script.Kind != ScriptKind.Tcp || step is null)
        {
            return reason;
        }
        if (step.Number == 0)
        {
            return $"{reason} at initial connection step of tcp-check";
        }
        string text = $"{reason} at step {step.Number} of tcp-check ({What(step)})";
        return step.Comment is null ? text : $"{text} comment: '{step.Comment}'";
    }

    /// <summary>The connection has ended, and nothing had come.</summary>
    internal static string Empty(ScriptStep step)
    {
        string text = $"TCPCHK got an empty response at step {step.Number}";
        return step.Comment is null ? text : $"{text} comment: '{step.Comment}'";
    }

    /// <summary>An answer that is not what was expected.</summary>
    internal static string Mismatch(ExpectStep step)
    {
        string verdict = step.IsNegated ? "TCPCHK matched unwanted content" : "TCPCHK did not match content";
        string what = step.Kind switch
        {
            ExpectKind.Text => $"'{Latin(step.Pattern.Span)}'",
            ExpectKind.Binary => "(binary)",
            ExpectKind.Regex => "(regex)",
            ExpectKind.BinaryRegex => "(binary regex)",
            ExpectKind.TextFormat => "(log-format string)",
            ExpectKind.BinaryFormat => "(log-format binary)",
            _ => "(custom function)",
        };
        return $"{verdict} {what} at step {step.Number}";
    }

    /// <summary>A text that the configuration gives.</summary>
    internal static string Write(CheckText text, CheckSession session)
    {
        Span<byte> room = stackalloc byte[TextMax];
        return text(session, room, out int length) ? Latin(room[..length]) : "";
    }

    internal static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static string What(ScriptStep step) => step switch
    {
        ConnectStep { Port: { } port } => $"connect port {port}",
        ConnectStep => "connect",
        ExpectStep { Kind: ExpectKind.Text } text => $"expect string '{Latin(text.Pattern.Span)}'",
        ExpectStep { Kind: ExpectKind.Binary } binary => $"expect binary '{Latin(binary.Pattern.Span)}'",
        ExpectStep { Kind: ExpectKind.Regex } => "expect regex",
        ExpectStep { Kind: ExpectKind.BinaryRegex } => "expect binary regex",
        ExpectStep { Kind: ExpectKind.TextFormat } => "expect log-format string",
        ExpectStep { Kind: ExpectKind.BinaryFormat } => "expect log-format binary",
        ExpectStep => "expect",
        SendStep => "send",
        _ => "set-var",
    };
}
