using Holdfast.Http.H1;
using Holdfast.Nginx.Streams;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Uris;

namespace Holdfast.Nginx.Requests;

/// <summary>One request, or one session of stream, as directives see it: its facts, its path and arguments, and what
/// was set for it.</summary>
/// <remarks>Objects are used again; nothing of a request outlives <see cref="Clear"/>.</remarks>
public sealed class Request
{
    /// <summary>Times that a request may begin anew with another path (nginx: NGX_HTTP_MAX_URI_CHANGES).</summary>
    public const int JumpsMax = 10;

    private ReadOnlyMemory<byte>?[] _values = [];

    /// <summary>Of the engine: a request of http, which it is unless <see cref="Session"/> is there.</summary>
    public IRequestFacts Facts { get; private set; } = null!;

    /// <summary>The same of a session of stream; null: it is a request.</summary>
    public IStreamFacts? Session { get; private set; }

    /// <summary>What both have.</summary>
    public IConnectionFacts Connection { get; private set; } = null!;

    /// <summary>What holds in its server, and then in its location; set by whoever has found them.</summary>
    public Place Place { get; set; } = Place.None;

    /// <summary>Where its texts are.</summary>
    public TextArena Arena { get; } = new();

    /// <summary>Of the last regular expression that matched.</summary>
    public Captures Captures { get; } = new();

    /// <summary>The normalised path: <c>$uri</c>.</summary>
    public ReadOnlyMemory<byte> Path { get; private set; }

    /// <summary>Whether the client's path is none.</summary>
    public bool IsPathBad { get; private set; }

    /// <summary>The arguments, as they came: <c>$args</c>.</summary>
    public ReadOnlyMemory<byte> Arguments { get; private set; }

    /// <summary>Whether the target had an escaped byte in its path, so that captures of it are escaped again.</summary>
    public bool HasEscapes { get; private set; }

    /// <summary>Whether the path of the client's target had a "%".</summary>
    public bool IsQuoted { get; private set; }

    /// <summary>Whether the path is still what the client has asked for.</summary>
    public bool HasOwnPath { get; private set; }

    /// <summary>Whether the path still begins with that of its location: no <c>rewrite … break</c> has changed it.
    /// </summary>
    public bool BeginsWithLocation { get; set; }

    /// <summary>The name of the host, in lower case, without port; empty: the request names none.</summary>
    public ReadOnlyMemory<byte> HostName { get; private set; }

    /// <summary>Whether it goes where its client has not asked: error pages, rewrites, <c>try_files</c>.</summary>
    public bool IsInternal { get; set; }

    /// <summary>How often it began anew.</summary>
    public int Jumps { get; private set; }

    /// <summary>The user of basic authentication; empty: none.</summary>
    public ReadOnlyMemory<byte> User { get; set; }

    /// <summary>For texts that are put together.</summary>
    public BuilderStack Builders { get; } = new();

    /// <summary>Begins with a request.</summary>
    /// <param name="facts">What the engine knows of it; its head must hold.</param>
    /// <param name="valuesCount">How many variables can be set.</param>
    public void Begin(IRequestFacts facts, int valuesCount)
    {
        Facts = facts;
        Connection = facts;
        Grow(valuesCount);
    }

    /// <summary>Begins with a session of stream.</summary>
    /// <param name="facts">What the engine knows of it.</param>
    /// <param name="valuesCount">How many variables can be set.</param>
    public void Begin(IStreamFacts facts, int valuesCount)
    {
        Session = facts;
        Connection = facts;
        Grow(valuesCount);
    }

    private void Grow(int valuesCount)
    {
        if (_values.Length < valuesCount)
        {
            _values = new ReadOnlyMemory<byte>?[valuesCount];
        }
    }

    /// <summary>Reads path and arguments of the head's target.</summary>
    /// <param name="mergesSlashes"><c>merge_slashes</c> of the server that listens.</param>
    /// <returns>False: the path is none, and the answer is 400.</returns>
    public bool TryReadTarget(bool mergesSlashes)
    {
        HeadView head = Facts.Head;
        ReadOnlySpan<byte> raw = head.Path;
        Span<byte> room = Arena.Take(raw.Length + 1);
        int length = 1;
        room[0] = (byte)'/'; // "http://host" has no path
        if (!raw.IsEmpty)
        {
            NormalizedPath path = UriNormalizer.Normalize(raw, mergesSlashes, room);
            if (!path.IsValid)
            {
                IsPathBad = true;
                return false;
            }
            length = path.Length;
        }
        IsQuoted = raw.Contains((byte)'%');
        HasEscapes = IsQuoted || raw.Contains((byte)'+');
        HasOwnPath = BeginsWithLocation = true;
        Path = Arena.Remember(room[..length]);
        Arguments = Arena.Remember(head.Query);
        return true;
    }

    /// <summary>Sets the name of its host.</summary>
    public void SetHost(ReadOnlySpan<byte> name) => HostName = Arena.Remember(name);

    /// <summary>Gives it another path; a location is to be looked for.</summary>
    public void SetPath(scoped ReadOnlySpan<byte> path)
    {
        Path = Arena.Remember(path);
        HasOwnPath = false;
    }

    /// <summary>Gives it the path of a file that was found (<c>try_files</c>): its location stays, and what is passed
    /// on is this path only when the client's own is not.</summary>
    public void SetTriedPath(scoped ReadOnlySpan<byte> path)
    {
        if (!path.SequenceEqual(Path.Span))
        {
            Path = Arena.Remember(path);
        }
    }

    /// <summary>Gives it other arguments.</summary>
    public void SetArguments(scoped ReadOnlySpan<byte> arguments) => Arguments = Arena.Remember(arguments);

    /// <summary>Counts a new beginning.</summary>
    /// <returns>False: there were too many, and the answer is 500.</returns>
    public bool TryJump() => ++Jumps <= JumpsMax;

    /// <summary>The value of a variable that was set; not found: it was not.</summary>
    public ReadOnlySpan<byte> ValueOf(int index, out bool isFound)
    {
        ReadOnlyMemory<byte>? value = _values[index];
        isFound = value is not null;
        return value.GetValueOrDefault().Span;
    }

    /// <summary>Sets a variable.</summary>
    public void SetValue(int index, scoped ReadOnlySpan<byte> value) => _values[index] = Arena.Remember(value);

    /// <summary>Forgets the request.</summary>
    public void Clear()
    {
        Facts = null!;
        Session = null;
        Connection = null!;
        Array.Clear(_values);
        Arena.Clear();
        Captures.Clear();
        Builders.Clear();
        Path = Arguments = HostName = User = default;
        Place = Place.None;
        HasEscapes = IsQuoted = IsInternal = IsPathBad = false;
        Jumps = 0;
    }
}
