using System.Globalization;
using System.Text;

namespace Holdfast.Health.Servers;

/// <summary>The result of one check, as logs and statistics show it.</summary>
/// <param name="Status">What was found.</param>
/// <param name="Number">HTTP's status, an exit code, or what <c>status-code</c> says; 0 without one.</param>
/// <param name="Info">More about it; empty: nothing.</param>
/// <param name="DurationMilliseconds">How long it took; −1: it was no check (observed traffic).</param>
public sealed record CheckResult(CheckStatus Status, int Number, string Info, long DurationMilliseconds)
{
    /// <summary>Before the first one.</summary>
    public static CheckResult None { get; } = new(CheckStatus.Initializing, 0, "", -1);

    /// <summary>What follows for the server.</summary>
    public CheckVerdict Verdict => Status.Verdict();

    /// <summary>", reason: Layer7 wrong status, code: 500, info: "x", check duration: 1ms", as haproxy writes it.
    /// </summary>
    public string Reason()
    {
        var text = new StringBuilder(", reason: ").Append(Status.Description());
        if (Status.HasNumber())
        {
            text.Append(CultureInfo.InvariantCulture, $", code: {Number}");
        }
        if (Info.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", info: \"{Info}\"");
        }
        if (DurationMilliseconds >= 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", check duration: {DurationMilliseconds}ms");
        }
        return text.ToString();
    }
}
