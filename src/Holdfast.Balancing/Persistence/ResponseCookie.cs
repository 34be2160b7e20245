using System.Text;

namespace Holdfast.Balancing.Persistence;

/// <summary>What a response gets: the fourth letter of the termination state.</summary>
public enum ResponseCookieState : byte
{
    /// <summary>N: nothing was there, and nothing was put in.</summary>
    None,

    /// <summary>I: a cookie was put in.</summary>
    Inserted,

    /// <summary>U: a cookie was put in with new dates, though the client had a valid one.</summary>
    Updated,

    /// <summary>P: the server's own was left.</summary>
    Provided,

    /// <summary>R: the server's own was changed.</summary>
    Rewritten,

    /// <summary>D: the server's own was removed.</summary>
    Deleted,
}

/// <summary>Whether, and what, to put into a response.</summary>
public static class ResponseCookie
{
    /// <summary>What happens to a cookie of this name that the server itself sets.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="hasReachedIt">Whether the request went where its cookie said.</param>
    /// <param name="serverHasValue">Whether the server has a cookie value.</param>
    public static ResponseCookieState DecideServers(CookieSettings settings, bool hasReachedIt, bool serverHasValue)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.IsPreserved ? ResponseCookieState.Provided
            : settings.Mode == CookieMode.Insert || (hasReachedIt && settings.IsIndirect) ? ResponseCookieState.Deleted
            : serverHasValue ? ResponseCookieState.Rewritten : ResponseCookieState.Provided;
    }

    /// <summary>Whether a cookie of our own goes into the response: inserted, updated, or none.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="request">What the request had.</param>
    /// <param name="hasReachedIt">Whether the request went where its cookie said.</param>
    /// <param name="isPost">Whether it was a POST.</param>
    /// <param name="serverHasValue">Whether the server has a cookie value; without one the client's is cleared.</param>
    /// <param name="isProvided">Whether one of the server's own stays in the response.</param>
    /// <param name="isIgnored">Whether <c>ignore-persist</c> holds.</param>
    /// <param name="nowUnixSeconds">Now.</param>
    public static ResponseCookieState Decide(
        CookieSettings settings, in RequestCookie request, bool hasReachedIt, bool isPost, bool serverHasValue,
        bool isProvided, bool isIgnored, long nowUnixSeconds)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Mode != CookieMode.Insert || isProvided || isIgnored || (settings.IsPostOnly && !isPost))
        {
            return ResponseCookieState.None;
        }

        // Dates are written when time has passed, and when they are there and not wanted, or the reverse.
        bool refreshes = (settings.MaxIdle is not null || request.LastSeen != 0) && request.LastSeen < nowUnixSeconds;
        bool redates = (settings.MaxLife is not null) != (request.FirstSeen != 0);
        return hasReachedIt && !refreshes && !redates ? ResponseCookieState.None
            : hasReachedIt && serverHasValue ? ResponseCookieState.Updated : ResponseCookieState.Inserted;
    }

    /// <summary>Writes the value of <c>Set-Cookie</c>.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="server">The server's value; empty: an expired cookie, which clears the client's.</param>
    /// <param name="request">What the request had: its first date lives on.</param>
    /// <param name="nowUnixSeconds">Now.</param>
    /// <param name="destination">Room for it.</param>
    /// <returns>How many bytes; 0: there is not enough room.</returns>
    public static int Write(
        CookieSettings settings, ReadOnlySpan<byte> server, in RequestCookie request, long nowUnixSeconds,
        Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var writer = new SpanText(destination);
        writer.Add(settings.Name);
        writer.Add("=");
        if (server.IsEmpty)
        {
            writer.Add("; Expires=Thu, 01-Jan-1970 00:00:01 GMT; path=/");
        }
        else
        {
            writer.Add(server);
            WriteDates(settings, request, nowUnixSeconds, ref writer);
            writer.Add("; path=/");
        }
        foreach (string domain in settings.Domains)
        {
            writer.Add("; domain=");
            writer.Add(domain);
        }
        writer.Add(settings.IsHttpOnly ? "; HttpOnly" : "");
        writer.Add(settings.IsSecure ? "; Secure" : "");
        foreach (string attribute in settings.Attributes)
        {
            writer.Add("; ");
            writer.Add(attribute);
        }
        return writer.IsWhole ? writer.Length : 0;
    }

    private static void WriteDates(
        CookieSettings settings, in RequestCookie request, long nowUnixSeconds, ref SpanText writer)
    {
        if (settings.MaxIdle is null && settings.MaxLife is null)
        {
            return;
        }
        Span<byte> date = stackalloc byte[CookieDate.Length];
        CookieDate.Write(nowUnixSeconds + CookieDate.Unit - 1, date);
        writer.Add("|");
        writer.Add(date);
        if (settings.MaxLife is not null)
        {
            CookieDate.Write(
                request.FirstSeen > 0 ? request.FirstSeen : nowUnixSeconds + CookieDate.Unit - 1, date);
            writer.Add("|");
            writer.Add(date);
        }
    }

    private ref struct SpanText(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Length { get; private set; }

        public bool IsWhole { get; private set; } = true;

        public void Add(scoped ReadOnlySpan<byte> bytes)
        {
            IsWhole = IsWhole && bytes.TryCopyTo(_destination[Length..]);
            Length += IsWhole ? bytes.Length : 0;
        }

        public void Add(string text)
        {
            IsWhole = IsWhole && Encoding.Latin1.TryGetBytes(text, _destination[Length..], out _);
            Length += IsWhole ? text.Length : 0;
        }
    }
}
