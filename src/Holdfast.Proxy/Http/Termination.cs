namespace Holdfast.Proxy.Http;

/// <summary>The four letters of a log line that say how an exchange has ended (section 8.5 of the manual).</summary>
/// <param name="Cause">Who or what has ended it; lower case: a timeout; '-': nothing special.</param>
/// <param name="Phase">What was going on: R request, Q queue, C connect, H response head, D data, L last data,
/// T tarpit; '-': it was over.</param>
/// <param name="RequestCookie">What became of the request's cookie.</param>
/// <param name="ResponseCookie">What became of the response's.</param>
internal readonly record struct Termination(byte Cause, byte Phase, byte RequestCookie, byte ResponseCookie)
{
    internal const byte Dash = (byte)'-';

    internal static Termination None => new(Dash, Dash, Dash, Dash);

    /// <summary>Whether anything is known of the end yet.</summary>
    internal bool IsSaid => Cause != Dash;

    /// <summary>The same with its end, unless that was said before.</summary>
    internal Termination By(char cause, char phase)
        => IsSaid ? this : this with { Cause = (byte)cause, Phase = (byte)phase };

    internal void CopyTo(Span<byte> to)
    {
        to[0] = Cause;
        to[1] = Phase;
        to[2] = RequestCookie;
        to[3] = ResponseCookie;
    }
}
