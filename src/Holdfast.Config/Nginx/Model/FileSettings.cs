using System.Collections.Immutable;
using Holdfast.Config.Nginx.Binding;

namespace Holdfast.Config.Nginx.Model;

/// <summary>Files: roots, indexes, types.</summary>
public sealed record FileSettings
{
    /// <summary><c>root</c>, or <c>alias</c> with <see cref="IsAlias"/>. Default html; relative to the prefix.
    /// </summary>
    public required ComplexText Root { get; init; }

    /// <summary>Whether the path takes the place of the location's prefix instead of standing before it.</summary>
    public bool IsAlias { get; init; }

    /// <summary><c>index</c>. Default index.html.</summary>
    public ImmutableArray<ComplexText> Indexes { get; init; } = [];

    /// <summary><c>types</c>: type by extension without dot, lower case; null: html, gif and jpg.</summary>
    public required ImmutableDictionary<string, string> Types { get; init; }

    /// <summary><c>default_type</c>. Default text/plain.</summary>
    public required string DefaultType { get; init; }

    /// <summary><c>sendfile</c>. Default false.</summary>
    public bool UsesSendFile { get; init; }

    /// <summary><c>sendfile_max_chunk</c> in bytes. Default 2 MiB.</summary>
    public long SendFileMaxBytes { get; init; }

    /// <summary><c>etag</c>. Default true.</summary>
    public bool HasETag { get; init; }

    /// <summary><c>if_modified_since</c>: off, exact or before. Default exact.</summary>
    public required string IfModifiedSince { get; init; }

    /// <summary><c>max_ranges</c>; null: no limit.</summary>
    public int? RangesMax { get; init; }

    /// <summary><c>log_not_found</c>. Default true.</summary>
    public bool LogsNotFound { get; init; }

    /// <summary><c>disable_symlinks</c>: its words. Default off.</summary>
    public ImmutableArray<string> DisableSymlinks { get; init; } = [];

    /// <summary><c>open_file_cache</c>: its words. Default off.</summary>
    public ImmutableArray<string> OpenFileCache { get; init; } = [];

    /// <summary><c>open_file_cache_valid</c>. Default 60 s.</summary>
    public TimeSpan OpenFileCacheValid { get; init; }

    /// <summary><c>open_file_cache_min_uses</c>. Default 1.</summary>
    public int OpenFileCacheUsesMin { get; init; }

    /// <summary><c>open_file_cache_errors</c>. Default false.</summary>
    public bool OpenFileCacheErrors { get; init; }

    /// <summary><c>autoindex</c>. Default false.</summary>
    public bool HasAutoIndex { get; init; }

    /// <summary><c>autoindex_format</c>: html, xml, json or jsonp. Default html.</summary>
    public required string AutoIndexFormat { get; init; }

    /// <summary><c>autoindex_exact_size</c>. Default true.</summary>
    public bool AutoIndexExactSize { get; init; }

    /// <summary><c>autoindex_localtime</c>. Default false.</summary>
    public bool AutoIndexLocalTime { get; init; }

    internal static FileSettings Read(SettingReader from) => new()
    {
        Root = LineReaders.Root(from.Nearest("root", "alias")),
        IsAlias = from.Nearest("root", "alias") is [.. , { Name: "alias" }],
        Indexes = LineReaders.Indexes(from),
        Types = LineReaders.Types(from.Nearest("types")),
        DefaultType = from.Text("default_type") ?? "text/plain",
        UsesSendFile = from.Flag("sendfile", false),
        SendFileMaxBytes = from.Bytes("sendfile_max_chunk", 2 << 20),
        HasETag = from.Flag("etag", true),
        IfModifiedSince = from.Choice("if_modified_since", "exact"),
        RangesMax = from.Number("max_ranges", -1) is var ranges and >= 0 ? ranges : null,
        LogsNotFound = from.Flag("log_not_found", true),
        DisableSymlinks = from.Words("disable_symlinks", ["off"]),
        OpenFileCache = from.Words("open_file_cache", ["off"]),
        OpenFileCacheValid = from.Seconds("open_file_cache_valid", TimeSpan.FromSeconds(60)),
        OpenFileCacheUsesMin = from.Number("open_file_cache_min_uses", 1),
        OpenFileCacheErrors = from.Flag("open_file_cache_errors", false),
        HasAutoIndex = from.Flag("autoindex", false),
        AutoIndexFormat = from.Choice("autoindex_format", "html"),
        AutoIndexExactSize = from.Flag("autoindex_exact_size", true),
        AutoIndexLocalTime = from.Flag("autoindex_localtime", false),
    };
}
