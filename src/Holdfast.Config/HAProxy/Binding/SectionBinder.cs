using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads userlists, http-errors, and the sections of which only the words are kept.</summary>
internal sealed class SectionBinder(Parsers parse)
{
    private readonly BindContext _context = parse.Context;
    private readonly ValueReader _values = parse.Values;

    /// <summary>Reads a userlist.</summary>
    public UserlistModel Userlist(Section section)
    {
        var users = new List<UserModel>();
        var members = new List<(string Group, string[] Users, Word Word)>();
        foreach (Statement statement in section.Statements)
        {
            if (_context.Look(KeywordGroup.Userlist, statement.Keyword, "userlist") is null
                || _values.Argument(statement, 1, "a name") is not { } name)
            {
                continue;
            }
            if (statement.Keyword.Text == "group")
            {
                bool hasUsers = statement.Words.Length > 2;
                if (hasUsers && (_values.Choice(statement.Words[2], "group", "users") is null
                    || _values.Argument(statement, 3, "users") is null))
                {
                    continue;
                }
                members.Add((name.Text, hasUsers ? statement.Text(3).Split(',') : [], name));
                continue;
            }
            if (users.Any(u => u.Name == name.Text))
            {
                _context.Error(FindingCodes.Overwritten, name, $"user '{name}' is already defined; the first counts");
                continue;
            }
            if (User(statement, name) is { } user)
            {
                users.Add(user);
            }
        }
        Join(users, members);
        return new UserlistModel(section.Name, [.. users], section.Head.Span);
    }

    private UserModel? User(Statement statement, Word name)
    {
        var user = new UserModel(name.Text, "", false, [], statement.Span);
        for (int i = 2; i < statement.Words.Length; i += 2)
        {
            if (_values.Choice(statement.Words[i], "user", "password", "insecure-password", "groups") is not { } word
                || _values.Argument(statement, i + 1, $"a value behind '{word}'") is not { } value)
            {
                return null;
            }
            user = word == "groups" ? user with { Groups = [.. value.Text.Split(',')] }
                : user with { Password = value.Text, IsEncrypted = word == "password" };
        }
        return user;
    }

    private void Join(List<UserModel> users, List<(string Group, string[] Users, Word Word)> members)
    {
        foreach ((string group, string[] names, Word word) in members)
        {
            foreach (string name in names)
            {
                int at = users.FindIndex(u => u.Name == name);
                if (at < 0)
                {
                    _context.Error(FindingCodes.UnknownReference, word,
                        $"group '{group}' names the unknown user '{name}'");
                    continue;
                }
                users[at] = users[at] with { Groups = users[at].Groups.Add(group) };
            }
        }
        foreach (UserModel user in users)
        {
            foreach (string group in user.Groups.Where(g => members.All(m => m.Group != g)))
            {
                _context.Findings.Report(FindingCodes.UnknownReference, user.Span,
                    $"user '{user.Name}' belongs to the unknown group '{group}'");
            }
        }
    }

    /// <summary>Reads an http-errors section.</summary>
    public HttpErrorsModel HttpErrors(Section section)
    {
        ImmutableArray<ErrorPageModel>.Builder pages = ImmutableArray.CreateBuilder<ErrorPageModel>();
        foreach (Statement statement in section.Statements)
        {
            if (_context.Look(KeywordGroup.HttpErrors, statement.Keyword, "http-errors") is not null)
            {
                pages.AddRange(ErrorPageLine.Parse(parse, statement, SamplePlaces.FrontendHttpResponse));
            }
        }
        return new HttpErrorsModel(section.Name, pages.ToImmutable(), section.Head.Span);
    }

    /// <summary>Keeps the words of any other section, each of which must be known.</summary>
    public GenericSection Other(Section section)
    {
        KeywordGroup? group = section.Kind switch
        {
            "peers" => KeywordGroup.Peers,
            "resolvers" => KeywordGroup.Resolvers,
            "mailers" => KeywordGroup.Mailers,
            "cache" => KeywordGroup.Cache,
            "ring" => KeywordGroup.Ring,
            "log-forward" => KeywordGroup.LogForward,
            "fcgi-app" => KeywordGroup.FcgiApp,
            "program" => KeywordGroup.Program,
            "namespace_list" => KeywordGroup.NamespaceList,
            _ => null,
        };
        foreach (Statement statement in section.Statements)
        {
            if (group is { } words && KeywordTable.Find(words, statement.Keyword.Text) is null)
            {
                _context.Error(FindingCodes.UnknownKeyword, statement.Keyword,
                    $"unknown keyword '{statement.Keyword}' in '{section.Kind}' section", null,
                    KeywordTable.Nearest(words, statement.Keyword.Text));
            }
        }
        return new GenericSection(section.Kind, section.Name,
            [.. section.Statements.Select(ProxyBinder.Generic)], section.Head.Span);
    }
}
