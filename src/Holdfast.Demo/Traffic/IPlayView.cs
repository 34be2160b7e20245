namespace Holdfast.Demo.Traffic;

/// <summary>Shows a play of balancers and servers under requests.</summary>
internal interface IPlayView
{
    /// <summary>Shows it to its end.</summary>
    /// <param name="state">What the play has told.</param>
    /// <param name="waitForEnd">Waits for the end of the play, so long at most; whether it came.</param>
    void Show(PlayState state, Func<TimeSpan, bool> waitForEnd);

    /// <summary>The view that suits the output.</summary>
    /// <param name="options">Whether plain lines were asked for.</param>
    /// <param name="texts">The play's words.</param>
    /// <param name="program">What the balancers run.</param>
    internal static IPlayView Of(DemoOptions options, PlayTexts texts, string program)
        => options.Plain || Console.IsOutputRedirected
            ? new PlayPlainView(texts) : new PlayLiveView(texts, program);

    /// <summary>Says how it went.</summary>
    /// <param name="failure">What was not as it should be; null: all was.</param>
    /// <returns>Whether all was.</returns>
    internal static bool Conclude(string? failure)
    {
        Console.WriteLine(failure is null ? "Verdict: everything happened as it should." : "Verdict: " + failure);
        return failure is null;
    }
}
