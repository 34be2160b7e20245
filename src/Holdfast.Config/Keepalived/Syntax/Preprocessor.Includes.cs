using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>Layer 3: includes.</summary>
internal sealed partial class Preprocessor
{
    private const int MaxIncludeDepth = 32;

    private IncludeChecks _checks;

    private void Include(MappedText line, IncludeChecks own, int patternStart, int depth)
    {
        SourceSpan place = line.Span(0, line.Length);
        string pattern = line.Text[patternStart..].Trim('"');
        if (depth >= MaxIncludeDepth)
        {
            findings.Report(FindingCodes.IncludeTooDeep, place, $"includes are nested deeper than {MaxIncludeDepth}",
                "look for a file that includes itself");
            return;
        }
        IncludeChecks checks = _checks | own;
        string directory = PathText.DirectoryOf(place.File);
        int matched = 0;
        bool missingAlternative = false;
        foreach (string alternative in GlobPattern.ExpandBraces(pattern))
        {
            List<string> paths = GlobPattern.Expand(files, PathText.Join(directory, alternative));
            missingAlternative |= paths.Count == 0;
            foreach (string path in paths)
            {
                matched++;
                IncludeFile(path, place, checks, depth);
            }
        }
        Judge(pattern, place, checks, matched, missingAlternative);
    }

    private void IncludeFile(string path, SourceSpan place, IncludeChecks checks, int depth)
    {
        ConfigFile file = files.Read(path);
        if (file.Status == ConfigFileStatus.Read)
        {
            IncludeChecks saved = _checks;
            ReadText(new SourceFile(path, place), file.Text, depth + 1);
            _checks = saved;
            return;
        }
        string why = file.Status switch
        {
            ConfigFileStatus.Executable => "is executable, so it is taken for a script",
            ConfigFileStatus.NotAFile => "is not a regular file",
            ConfigFileStatus.TooLarge => "is too large",
            _ => "cannot be read",
        };
        bool fails = checks.HasFlag(IncludeChecks.Read);
        IncludeFailed |= fails;
        findings.Report(fails ? FindingCodes.IncludeCheckFailed : FindingCodes.IncludeSkipped, place,
            $"'{path}' {why} and is skipped",
            file.Status == ConfigFileStatus.Executable ? $"chmod a-x {path}" : null);
    }

    private void Judge(string pattern, SourceSpan place, IncludeChecks checks, int matched, bool missingAlternative)
    {
        bool wild = GlobPattern.HasWildcard(pattern);
        bool braced = pattern.Contains('{');
        bool fails = matched == 0
            ? checks.HasFlag(IncludeChecks.WildcardMatch) || (!wild && checks.HasFlag(IncludeChecks.Match))
            : braced && missingAlternative && checks.HasFlag(IncludeChecks.BraceMatch);
        if (fails)
        {
            IncludeFailed = true;
            findings.Report(FindingCodes.IncludeCheckFailed, place,
                matched == 0 ? $"no file matches '{pattern}'" : $"an alternative of '{pattern}' matches no file",
                "create the file, or use plain include");
        }
        else if (matched == 0 && wild)
        {
            findings.Report(FindingCodes.IncludeDeprecated, place, $"no file matches '{pattern}' yet");
        }
        else if (matched == 0)
        {
            findings.Report(FindingCodes.IncludeSkipped, place, $"there is no file '{pattern}'",
                "check the path; it is relative to the directory of this file");
        }
    }

    private void SetIncludeChecks(MappedText line)
    {
        List<Word> words = WordSplitter.Split(line);
        if (words[0].Text != "include_check")
        {
            return;
        }
        if (words.Count == 1)
        {
            _checks = IncludeChecks.All;
            return;
        }
        IncludeChecks checks = words[1].Text.StartsWith('+') || words[1].Text.StartsWith('-')
            ? _checks : IncludeChecks.None;
        for (int i = 1; i < words.Count; i++)
        {
            ReadOnlySpan<char> word = words[i].Text.AsSpan().TrimStart("+-");
            IncludeChecks? bit = IncludeWords.Bit(word);
            if (bit is null)
            {
                findings.Report(FindingCodes.IncludeCheckWord, words[i], $"include_check does not know '{word}'",
                    "the words are read, match, wildcard_match, brace_match",
                    word is "readable" ? "read" : NearestWord.Find(word, IncludeWords.CheckWords));
                continue;
            }
            checks = words[i].Text.StartsWith('-') ? checks & ~(bit.Value & ~IncludeChecks.Read) : checks | bit.Value;
        }
        _checks = checks;
    }
}
